/**
 * Quotas around the calls of Spring AI. What a call costs, and how it is settled, is decided in
 * {@link dev.quota.models}.
 */
@NullMarked
package dev.quota.spring.ai;

import org.jspecify.annotations.NullMarked;
