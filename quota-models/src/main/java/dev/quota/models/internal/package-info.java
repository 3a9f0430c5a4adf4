/**
 * Reads the usage in a model's answer: one class for each family of providers behind {@link
 * dev.quota.models.internal.UsageFamily}, and classes that find and add up their numbers. A new
 * family needs one class and one line in {@link dev.quota.models.internal.UsageFamilies}.
 *
 * <p>The public class is {@link dev.quota.models.UsageJson}. Everything here may change in every
 * release. Nothing here knows servlets or quotas.
 */
@NullMarked
package dev.quota.models.internal;

import org.jspecify.annotations.NullMarked;
