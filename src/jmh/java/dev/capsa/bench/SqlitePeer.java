package dev.capsa.bench;

import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.concurrent.locks.ReentrantLock;

/** SQLite with a row per file, a write-ahead log and full synchronisation: commits are durable. */
final class SqlitePeer implements Peer {
  private final Connection connection;
  private final PreparedStatement insert;
  private final PreparedStatement select;
  private final PreparedStatement size;
  private final ReentrantLock lock = new ReentrantLock();

  SqlitePeer(Path directory) throws SQLException {
    connection = DriverManager.getConnection("jdbc:sqlite:" + directory.resolve("sqlite.db"));
    try (Statement setup = connection.createStatement()) {
      setup.execute("pragma journal_mode=wal");
      setup.execute("pragma synchronous=full");
      setup.execute(
          "create table if not exists files(path text primary key, time integer, content blob)"
              + " without rowid");
    }
    connection.setAutoCommit(false);
    insert = connection.prepareStatement("insert or replace into files values(?,?,?)");
    select = connection.prepareStatement("select content from files where path=?");
    size = connection.prepareStatement("select length(content), time from files where path=?");
  }

  @Override
  public void write(String path, byte[] content) throws SQLException {
    insert.setString(1, path);
    insert.setLong(2, System.nanoTime());
    insert.setBytes(3, content);
    insert.executeUpdate();
  }

  @Override
  public void force() throws SQLException {
    connection.commit();
  }

  @Override
  public int read(String path) throws SQLException {
    lock.lock();
    try {
      select.setString(1, path);
      try (ResultSet row = select.executeQuery()) {
        return row.next() ? row.getBytes(1).length : -1;
      }
    } finally {
      lock.unlock();
    }
  }

  @Override
  public long attributes(String path) throws SQLException {
    lock.lock();
    try {
      size.setString(1, path);
      try (ResultSet row = size.executeQuery()) {
        return row.next() ? row.getLong(1) : -1;
      }
    } finally {
      lock.unlock();
    }
  }

  @Override
  public boolean exists(String path) throws SQLException {
    return attributes(path) >= 0;
  }

  @Override
  public long walk() throws SQLException {
    try (Statement all = connection.createStatement();
        ResultSet rows = all.executeQuery("select path, length(content), time from files")) {
      long bytes = 0;
      while (rows.next()) {
        bytes += rows.getLong(2) + rows.getString(1).length();
      }
      return bytes;
    }
  }

  @Override
  public long list() throws SQLException {
    try (Statement all = connection.createStatement();
        ResultSet rows = all.executeQuery("select path from files")) {
      long files = 0;
      while (rows.next()) {
        files += rows.getString(1).isEmpty() ? 0 : 1;
      }
      return files;
    }
  }

  @Override
  public Large large(String path, boolean write) throws SQLException {
    try (Statement setup = connection.createStatement()) {
      setup.execute("create table if not exists chunks(id integer primary key, content blob)");
    }
    connection.commit();
    PreparedStatement put =
        connection.prepareStatement("insert or replace into chunks values(?,?)");
    PreparedStatement get =
        connection.prepareStatement("select substr(content,?,?) from chunks where id=?");
    return new ChunkLarge() {
      @Override
      byte[] get(long chunk, int offset, int length) throws SQLException {
        lock.lock();
        try {
          get.setInt(1, offset + 1);
          get.setInt(2, length);
          get.setLong(3, chunk);
          try (ResultSet row = get.executeQuery()) {
            row.next();
            return row.getBytes(1);
          }
        } finally {
          lock.unlock();
        }
      }

      @Override
      void put(long chunk, byte[] content) throws SQLException {
        put.setLong(1, chunk);
        put.setBytes(2, content);
        put.executeUpdate();
      }

      @Override
      void commit() throws SQLException {
        connection.commit();
      }
    };
  }

  @Override
  public void close() throws SQLException {
    connection.close();
  }
}
