/**
 * How a model's answer says what was used: one class for each family of providers behind {@link
 * dev.quota.models.internal.UsageFamily}, and what finds and adds up their numbers. The next family
 * is one new class and its line in {@link dev.quota.models.internal.UsageFamilies}.
 *
 * <p>The public face is {@link dev.quota.models.UsageJson}. Nothing here is covered by the
 * compatibility promise. Servlets and quotas are not known here.
 */
@NullMarked
package dev.quota.models.internal;

import org.jspecify.annotations.NullMarked;
