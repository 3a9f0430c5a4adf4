/**
 * Reads {@code @Quota} as Spring reads annotations, evaluates its expressions, and meters methods
 * of beans. What a request is does not belong here, but in the packages of MVC and WebFlux.
 */
@org.jspecify.annotations.NullMarked
package dev.quota.spring.method;
