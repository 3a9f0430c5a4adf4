package dev.quota.servlet.browser;

import java.lang.annotation.ElementType;
import java.lang.annotation.Inherited;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.extension.ExtendWith;

/**
 * Runs tests in a real browser, which they take as a parameter of type {@link Browser}. Each gets a
 * tab of its own without cookies, storage or cache, and fails if a script failed in it or a content
 * security policy was violated. A test that fails leaves a picture in {@code target/screenshots}.
 *
 * <p>Where no Chromium is installed the tests are skipped. {@code -Dquota.chromium} and {@code
 * -Dquota.chromedriver} name others than Debian's; one that is named and missing is a failure.
 * {@code -DexcludedGroups=browser} leaves these tests out.
 */
@Target(ElementType.TYPE)
@Retention(RetentionPolicy.RUNTIME)
@Inherited
@Tag("browser")
@ExtendWith(BrowserExtension.class)
public @interface InBrowser {}
