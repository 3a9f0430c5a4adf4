/**
 * Reads what a call to a model used from its provider's answer. {@link dev.quota} charges it.
 * Nothing here knows HTTP.
 */
@NullMarked
package dev.quota.models;

import org.jspecify.annotations.NullMarked;
