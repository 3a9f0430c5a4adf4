/**
 * What tests of applications need: an engine on a clock that is moved by hand, subjects that have
 * used something, and assertions. Servlets and Spring are not known here.
 */
@NullMarked
package dev.quota.test;

import org.jspecify.annotations.NullMarked;
