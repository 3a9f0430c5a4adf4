/**
 * What handlers of Spring MVC and of WebFlux have in common. Nothing here depends on either of
 * them.
 */
@NullMarked
package dev.quota.spring.web;

import org.jspecify.annotations.NullMarked;
