/** Support for tests of Spring Boot applications. Needs quota-test. */
@NullMarked
package dev.quota.spring.test;

import org.jspecify.annotations.NullMarked;
