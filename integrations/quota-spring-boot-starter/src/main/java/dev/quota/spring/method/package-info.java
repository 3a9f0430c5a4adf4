/**
 * Reads {@code @Quota} by the rules of Spring, evaluates its expressions, and charges methods of
 * beans. The packages of MVC and WebFlux handle requests.
 */
@org.jspecify.annotations.NullMarked
package dev.quota.spring.method;
