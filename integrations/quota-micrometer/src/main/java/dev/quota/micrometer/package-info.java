/**
 * What quotas decide and how their store does, as Micrometer meters. Spring is not known here, and
 * no meter has a tag that identifies a person.
 */
@NullMarked
package dev.quota.micrometer;

import org.jspecify.annotations.NullMarked;
