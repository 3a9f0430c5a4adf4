/** Client addresses as subjects of quotas. */
@NullMarked
package dev.quota.http.internal.address;

import org.jspecify.annotations.NullMarked;
