/** Charges the handlers of Spring WebFlux. No thread waits for a store here. */
@NullMarked
package dev.quota.spring.webflux;

import org.jspecify.annotations.NullMarked;
