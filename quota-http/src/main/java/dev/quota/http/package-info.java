/**
 * What quotas mean in HTTP, on any server: what an adapter asks and applies. Adapters for servlets
 * and other stacks use it. The values of requests and answers are in {@link dev.quota.http.request}
 * and {@link dev.quota.http.answer}.
 *
 * <p>Decisions are made in {@link dev.quota}, sentences in {@link dev.quota.message}. Nothing here
 * knows a server or a framework. Packages below {@code internal} are for the adapters of this
 * project, and outside of the compatibility promise.
 */
@NullMarked
package dev.quota.http;

import org.jspecify.annotations.NullMarked;
