package dev.quota.spring.test;

import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Inherited;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;
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
 * <p>Spring reuses the application for several tests, and so its counts. Use different subjects in
 * each test, or call {@code Quotas.reset}.
 */
@Documented
@Inherited
@Target(ElementType.TYPE)
@Retention(RetentionPolicy.RUNTIME)
@Import(QuotaTestConfiguration.class)
public @interface AutoConfigureQuota {}
