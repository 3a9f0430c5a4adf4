/**
 * A small AI chat product that uses the library as an outsider would: options, a server, people,
 * endpoints and one page.
 *
 * <p>Nothing here is part of the library. What an application would need again belongs in {@code
 * dev.quota} or {@code dev.quota.servlet}; their {@code internal} packages are out of reach.
 */
@NullMarked
package dev.quota.demo;

import org.jspecify.annotations.NullMarked;
