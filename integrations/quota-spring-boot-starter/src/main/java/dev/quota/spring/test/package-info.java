/** Helps tests of applications that run with Spring Boot. Needs quota-test. */
@NullMarked
package dev.quota.spring.test;

import org.jspecify.annotations.NullMarked;
