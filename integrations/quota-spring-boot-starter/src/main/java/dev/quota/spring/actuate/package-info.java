/** Quotas in Spring Boot Actuator and Micrometer, without names of people. */
@NullMarked
package dev.quota.spring.actuate;

import org.jspecify.annotations.NullMarked;
