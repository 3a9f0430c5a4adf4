/**
 * Quotas for Spring Boot: the auto-configuration, its properties, and what an application can add
 * as beans.
 */
@NullMarked
package dev.quota.spring;

import org.jspecify.annotations.NullMarked;
