/** What tests of several modules need to know about this build: its pages, examples and jars. */
@NullMarked
package dev.quota.build;

import org.jspecify.annotations.NullMarked;
