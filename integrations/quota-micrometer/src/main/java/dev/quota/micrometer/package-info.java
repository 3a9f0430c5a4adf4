/**
 * Decisions and the store as Micrometer meters, without Spring. No meter has a tag that identifies
 * a person.
 */
@NullMarked
package dev.quota.micrometer;

import org.jspecify.annotations.NullMarked;
