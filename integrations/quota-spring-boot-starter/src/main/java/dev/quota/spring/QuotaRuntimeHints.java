package dev.quota.spring;

import dev.quota.Quota;
import dev.quota.http.QuotaErrors;
import org.jspecify.annotations.Nullable;
import org.springframework.aot.hint.RuntimeHints;
import org.springframework.aot.hint.RuntimeHintsRegistrar;

/** The hints for native images: message files, web files, scripts and annotations. */
final class QuotaRuntimeHints implements RuntimeHintsRegistrar {

  private static final String[] RESOURCES = {
    "dev/quota/message/*.properties",
    "dev/quota/http/internal/file/*",
    "dev/quota/http/internal/page/*.css",
    "quota/schema/*.json",
    "dev/quota/redis/*.lua",
    "quotas.yaml",
  };

  @Override
  public void registerHints(RuntimeHints hints, @Nullable ClassLoader loader) {
    for (String resource : RESOURCES) {
      hints.resources().registerPattern(resource);
    }
    hints.proxies().registerJdkProxy(Quota.class);
    hints.proxies().registerJdkProxy(QuotaErrors.class);
  }
}
