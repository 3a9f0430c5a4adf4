package dev.quota.spring.test;

import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Inherited;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;
import org.springframework.context.annotation.Import;

/**
 * Gives the application of a test an engine that counts in memory, on a clock that stands still
 * until the test moves it. The beans {@code ManualClock} and {@code TestQuotas} can be injected.
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
 * <p>Spring keeps the application for several tests, and so its counts: let each test use subjects
 * of its own, or forget by {@code Quotas.reset}.
 */
@Documented
@Inherited
@Target(ElementType.TYPE)
@Retention(RetentionPolicy.RUNTIME)
@Import(QuotaTestConfiguration.class)
public @interface AutoConfigureQuota {}
