/**
 * Quotas for servlet applications: the filter that charges annotated endpoints and writes headers
 * and refusals, and the servlet of the state endpoints.
 *
 * <p>{@link dev.quota} makes decisions, {@link dev.quota.message} sentences, and {@link
 * dev.quota.http} headers, JSON and refusals.
 */
@NullMarked
package dev.quota.servlet;

import org.jspecify.annotations.NullMarked;
