/**
 * The recorded behaviour over HTTP, as tests: what every stack answers to the same requests, to the
 * byte.
 *
 * <p>What a stack's adapter calls lives in {@link dev.quota.http}.
 */
@NullMarked
package dev.quota.httptests;

import org.jspecify.annotations.NullMarked;
