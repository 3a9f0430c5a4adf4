/** Charges the handlers of Spring MVC. */
@NullMarked
package dev.quota.spring.mvc;

import org.jspecify.annotations.NullMarked;
