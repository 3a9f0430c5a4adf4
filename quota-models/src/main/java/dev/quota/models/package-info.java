/**
 * What a call to a model used, read from what its provider answers. Charging it lives in {@link
 * dev.quota}; HTTP is not known here.
 */
@NullMarked
package dev.quota.models;

import org.jspecify.annotations.NullMarked;
