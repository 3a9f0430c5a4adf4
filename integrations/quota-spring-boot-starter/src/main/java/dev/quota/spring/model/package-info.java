/** Puts quotas around the calls of models, where the application has a framework for them. */
@NullMarked
package dev.quota.spring.model;

import org.jspecify.annotations.NullMarked;
