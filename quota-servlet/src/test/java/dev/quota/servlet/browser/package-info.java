/**
 * A real browser for tests: Debian's Chromium, driven over WebDriver and its DevTools protocol. The
 * tests of pages live with those pages, in this module and in applications.
 */
@NullMarked
package dev.quota.servlet.browser;

import org.jspecify.annotations.NullMarked;
