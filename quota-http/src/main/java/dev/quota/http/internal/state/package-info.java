/** The endpoints that report states and hand out the component. */
@NullMarked
package dev.quota.http.internal.state;

import org.jspecify.annotations.NullMarked;
