package dev.quota.spring.security;

import dev.quota.Subject;
import dev.quota.spring.QuotaProperties;
import dev.quota.spring.SubjectCustomizer;
import java.time.DateTimeException;
import java.time.ZoneId;
import java.util.Locale;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.springframework.security.core.Authentication;

/**
 * Sets the language and the time zone of a subject from claims. A value that is neither is ignored,
 * and the log says so once. Safe for use by several threads.
 */
final class ClaimedLocale implements SubjectCustomizer {

  private static final System.Logger LOG = System.getLogger(ClaimedLocale.class.getName());

  private final @Nullable String localeClaim;
  private final @Nullable String zoneClaim;
  private final AtomicBoolean told = new AtomicBoolean();

  ClaimedLocale(QuotaProperties.Subject properties) {
    localeClaim = properties.localeClaim();
    zoneClaim = properties.zoneClaim();
  }

  @Override
  public void customize(Subject.Builder subject, Authentication authentication) {
    read(authentication, localeClaim, value -> locale(value, subject));
    read(authentication, zoneClaim, value -> zone(value, subject));
  }

  private static void read(
      Authentication authentication, @Nullable String claim, Consumer<String> reader) {
    if (claim != null) {
      Claims.text(authentication, claim).ifPresent(reader);
    }
  }

  /** Providers write {@code de-DE} and {@code de_DE}. */
  private void locale(String value, Subject.Builder subject) {
    Locale locale = Locale.forLanguageTag(value.replace('_', '-'));
    if (locale.getLanguage().isEmpty()) {
      tellOnce("locale-claim", localeClaim, "language tag, such as de-DE");
    } else {
      subject.locale(locale);
    }
  }

  private void zone(String value, Subject.Builder subject) {
    try {
      subject.zone(ZoneId.of(value));
    } catch (DateTimeException e) {
      tellOnce("zone-claim", zoneClaim, "time zone, such as Europe/Berlin");
    }
  }

  private void tellOnce(String property, @Nullable String claim, String expected) {
    if (told.compareAndSet(false, true)) {
      LOG.log(
          System.Logger.Level.WARNING,
          "quota.subject.{0} names the claim \"{1}\", but in a token its value is no {2}, so it is"
              + " ignored there. This is said once.",
          property,
          claim,
          expected);
    }
  }
}
