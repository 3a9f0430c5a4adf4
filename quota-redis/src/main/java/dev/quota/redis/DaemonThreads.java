package dev.quota.redis;

import io.netty.util.HashedWheelTimer;
import io.netty.util.concurrent.DefaultThreadFactory;
import java.lang.reflect.Field;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import org.redisson.Redisson;
import org.redisson.api.RedissonClient;
import org.redisson.config.Config;

/**
 * Creates a Redisson client with daemon threads, so that a JVM can end although nobody closes the
 * store. Redisson's default threads would keep it alive.
 */
final class DaemonThreads {

  private static final System.Logger LOG = System.getLogger(DaemonThreads.class.getName());

  private static final int THREADS = 2;
  private static final long IDLE_SECONDS = 5;

  private DaemonThreads() {}

  /**
   * Creates a client. Its shutdown ends all its threads; those of its pool end when they are idle.
   */
  static RedissonClient create(Config config) {
    ThreadFactory netty = new DefaultThreadFactory("redisson-netty", true);
    config.setNettyExecutor(task -> netty.newThread(task).start());
    ThreadPoolExecutor pool =
        new ThreadPoolExecutor(
            THREADS,
            THREADS,
            IDLE_SECONDS,
            TimeUnit.SECONDS,
            new LinkedBlockingQueue<>(),
            new DefaultThreadFactory("redisson", true));
    // Redisson does not shut down a pool that it did not create.
    pool.allowCoreThreadTimeOut(true);
    config.setExecutor(pool);
    RedissonClient client = Redisson.create(config);
    makeDaemon(client);
    return client;
  }

  /**
   * Redisson has no setting for its timer. The timer's thread is created with the client and
   * started with the first command. If a version of Netty has the thread elsewhere, it stays a user
   * thread.
   */
  private static void makeDaemon(RedissonClient client) {
    try {
      Field worker = HashedWheelTimer.class.getDeclaredField("workerThread");
      worker.setAccessible(true);
      HashedWheelTimer timer = ((Redisson) client).getServiceManager().getTimer();
      ((Thread) worker.get(timer)).setDaemon(true);
    } catch (ReflectiveOperationException | RuntimeException e) {
      LOG.log(
          System.Logger.Level.INFO,
          "The timer thread of Redisson is no daemon here. The JVM does not end before the store is"
              + " closed.");
      LOG.log(System.Logger.Level.DEBUG, "The timer thread cannot be reached.", e);
    }
  }
}
