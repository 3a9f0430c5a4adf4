/**
 * Quotas for servlet applications: the filter that charges annotated endpoints, the headers and
 * refusals it writes, and the endpoints that report states as JSON.
 *
 * <p>Deciding lives in {@link dev.quota}, wording in {@link dev.quota.message}; Redis and Bucket4j
 * are not known here.
 */
@NullMarked
package dev.quota.servlet;

import org.jspecify.annotations.NullMarked;
