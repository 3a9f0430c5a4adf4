/**
 * Meters the resource methods of Jakarta REST. Headers, refusals and states are made in {@code
 * dev.quota.http}.
 */
@NullMarked
package dev.quota.jaxrs;

import org.jspecify.annotations.NullMarked;
