package dev.quota.spring.model;

import dev.quota.models.PriceList;
import dev.quota.spring.QuotaAutoConfiguration;
import dev.quota.spring.QuotaProperties;
import java.io.IOException;
import java.io.InputStream;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.context.annotation.Bean;
import org.springframework.core.io.Resource;
import org.springframework.core.io.ResourceLoader;

/** Reads the list of prices of models. */
@AutoConfiguration(after = QuotaAutoConfiguration.class)
@ConditionalOnClass(PriceList.class)
public class QuotaPricesAutoConfiguration {

  /** Called by Spring. */
  public QuotaPricesAutoConfiguration() {}

  /**
   * Reads the prices.
   *
   * @param properties has the location of the file
   * @param resources finds it
   * @return the built-in list, with the prices of the file before its own
   */
  @Bean
  @ConditionalOnMissingBean
  public PriceList quotaPrices(QuotaProperties properties, ResourceLoader resources) {
    String location = properties.prices();
    if (location == null) {
      return PriceList.builtIn();
    }
    Resource file = resources.getResource(location);
    if (!file.exists()) {
      throw new IllegalStateException(
          "quota.prices is \""
              + location
              + "\", but there is no such file. Correct the property, or add the file.");
    }
    try (InputStream bytes = file.getInputStream()) {
      return PriceList.builtIn().overriddenBy(PriceList.read(location, bytes));
    } catch (IOException e) {
      throw new IllegalStateException(
          "quota.prices is \"" + location + "\", which cannot be read: " + e.getMessage(), e);
    }
  }
}
