package dev.quota.storetests;

import dev.quota.store.StoreCapability;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/**
 * A capability that a test needs in addition to that of its suite. If the store does not have it,
 * the test is skipped.
 */
@Target(ElementType.METHOD)
@Retention(RetentionPolicy.RUNTIME)
@interface Needs {

  StoreCapability[] value();
}
