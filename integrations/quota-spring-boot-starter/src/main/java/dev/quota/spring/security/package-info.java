/** Makes the subject of a request from Spring Security's {@code Authentication}. */
@NullMarked
package dev.quota.spring.security;

import org.jspecify.annotations.NullMarked;
