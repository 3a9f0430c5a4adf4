/**
 * What quotas mean in HTTP, whatever the server: headers, refusals, and what an adapter asks and
 * applies. Adapters for servlets and other stacks sit on it.
 *
 * <p>Deciding lives in {@link dev.quota}, wording in {@link dev.quota.message}. No server and no
 * framework is known here. Packages below {@code internal} are for the adapters of this project,
 * and outside of the compatibility promise.
 */
@NullMarked
package dev.quota.http;

import org.jspecify.annotations.NullMarked;
