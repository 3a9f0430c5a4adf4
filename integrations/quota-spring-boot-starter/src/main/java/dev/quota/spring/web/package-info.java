/** What handlers of Spring MVC and of WebFlux have in common. Neither stack is mentioned here. */
@NullMarked
package dev.quota.spring.web;

import org.jspecify.annotations.NullMarked;
