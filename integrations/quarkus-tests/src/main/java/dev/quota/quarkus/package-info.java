/** An application of Quarkus, as people write one. */
@NullMarked
package dev.quota.quarkus;

import org.jspecify.annotations.NullMarked;
