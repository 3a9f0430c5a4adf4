/** Tells Spring Boot Actuator and Micrometer about quotas. No name of a person is told. */
@NullMarked
package dev.quota.spring.actuate;

import org.jspecify.annotations.NullMarked;
