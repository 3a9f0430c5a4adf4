/**
 * Charges the resource methods of Jakarta REST. {@code dev.quota.http} makes headers, refusals and
 * states.
 */
@NullMarked
package dev.quota.jaxrs;

import org.jspecify.annotations.NullMarked;
