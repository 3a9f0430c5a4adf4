/**
 * HTTP without a server: adapters for servlets and other frameworks call it and apply its results.
 * The values of requests and answers are in {@link dev.quota.http.request} and {@link
 * dev.quota.http.answer}.
 *
 * <p>{@link dev.quota} makes decisions, and {@link dev.quota.message} makes sentences. Nothing here
 * knows a server or a framework. Packages below {@code internal} are for the adapters of this
 * project and may change in every release.
 */
@NullMarked
package dev.quota.http;

import org.jspecify.annotations.NullMarked;
