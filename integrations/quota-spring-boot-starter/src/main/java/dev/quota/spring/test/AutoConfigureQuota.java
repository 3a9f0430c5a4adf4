package dev.quota.spring.test;

import dev.quota.spring.QuotaAutoConfiguration;
import dev.quota.spring.method.QuotaMethodAutoConfiguration;
import dev.quota.spring.mvc.QuotaMvcAutoConfiguration;
import dev.quota.spring.security.QuotaReactiveSecurityAutoConfiguration;
import dev.quota.spring.security.QuotaSecurityAutoConfiguration;
import dev.quota.spring.webflux.QuotaWebFluxAutoConfiguration;
import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Inherited;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;
import org.springframework.boot.autoconfigure.ImportAutoConfiguration;
import org.springframework.context.annotation.Import;

/**
 * Gives the application of a test an engine that counts in memory, with a clock that only the test
 * moves. The beans {@code ManualClock} and {@code TestQuotas} can be injected.
 *
 * <pre>{@code
 * @SpringBootTest
 * @AutoConfigureMockMvc
 * @AutoConfigureQuota
 * class ChatTest {
 *   @Autowired TestQuotas quotas;
 *   @Autowired MockMvc mvc;
 *
 *   @Test
 *   @WithMockUser("alice")
 *   void theLastMessageOfTheDay() throws Exception {
 *     quotas.given("alice").hasUsed(49, "chat");
 *     mvc.perform(post("/chat")).andExpect(status().isOk());
 *     mvc.perform(post("/chat")).andExpect(status().isTooManyRequests());
 *   }
 * }
 * }</pre>
 *
 * <p>In a slice, such as {@code @WebMvcTest} or {@code @WebFluxTest}, it adds the quotas, which are
 * not there otherwise. They count in memory, also if the application counts in Redis.
 *
 * <p>Spring reuses the application for several tests, and so its counts. Use different subjects in
 * each test, or call {@code Quotas.reset}.
 */
@Documented
@Inherited
@Target(ElementType.TYPE)
@Retention(RetentionPolicy.RUNTIME)
@Import(QuotaTestConfiguration.class)
@ImportAutoConfiguration({
  QuotaAutoConfiguration.class,
  QuotaMethodAutoConfiguration.class,
  QuotaMvcAutoConfiguration.class,
  QuotaSecurityAutoConfiguration.class,
  QuotaReactiveSecurityAutoConfiguration.class,
  QuotaWebFluxAutoConfiguration.class
})
public @interface AutoConfigureQuota {}
