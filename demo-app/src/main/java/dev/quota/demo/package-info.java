/**
 * A small AI chat product that uses the library as an outsider would: options, a server, people,
 * endpoints and one page.
 *
 * <p>Nothing here is part of the library. Code that other applications need too belongs in {@code
 * dev.quota} or {@code dev.quota.servlet}. Their {@code internal} packages cannot be used here.
 */
@NullMarked
package dev.quota.demo;

import org.jspecify.annotations.NullMarked;
