package dev.capsa.clients;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.capsa.Capsa;
import java.io.IOException;
import java.nio.file.FileSystem;
import java.nio.file.Path;
import org.apache.lucene.analysis.standard.StandardAnalyzer;
import org.apache.lucene.document.Document;
import org.apache.lucene.document.Field;
import org.apache.lucene.document.StringField;
import org.apache.lucene.document.TextField;
import org.apache.lucene.index.CheckIndex;
import org.apache.lucene.index.DirectoryReader;
import org.apache.lucene.index.IndexWriter;
import org.apache.lucene.index.IndexWriterConfig;
import org.apache.lucene.index.Term;
import org.apache.lucene.search.IndexSearcher;
import org.apache.lucene.search.TermQuery;
import org.apache.lucene.store.Directory;
import org.apache.lucene.store.LockObtainFailedException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Lucene keeps an index in a container: written, merged, searched, checked, opened again. */
abstract class Lucene {
  private static final int DOCUMENTS = 2_000;

  @TempDir Path folder;

  private FileSystem open() throws IOException {
    return Capsa.open(folder.resolve("index.capsa"), Capsa.options().create(true));
  }

  /** How Lucene reads the files of a folder. */
  abstract Directory directory(Path folder) throws IOException;

  private Directory directory(FileSystem fs) throws IOException {
    return directory(fs.getPath("/index"));
  }

  private static IndexWriter writer(Directory directory) throws IOException {
    return new IndexWriter(directory, new IndexWriterConfig(new StandardAnalyzer()));
  }

  private static Document document(int number) {
    Document document = new Document();
    document.add(new StringField("id", Integer.toString(number), Field.Store.YES));
    document.add(
        new TextField("text", "scroll number " + number + " shelf " + number % 10, Field.Store.NO));
    return document;
  }

  @Test
  void an_index_is_written_merged_checked_and_found_again() throws IOException {
    try (FileSystem fs = open();
        Directory directory = directory(fs);
        IndexWriter writer = writer(directory)) {
      for (int i = 0; i < DOCUMENTS; i++) {
        writer.addDocument(document(i));
        if (i % 300 == 0) {
          writer.commit();
        }
      }
      writer.deleteDocuments(new Term("text", "7"));
      writer.forceMerge(1);
      writer.commit();
    }
    try (FileSystem fs = open();
        Directory directory = directory(fs);
        DirectoryReader reader = DirectoryReader.open(directory)) {
      IndexSearcher searcher = new IndexSearcher(reader);
      assertThat(searcher.count(new TermQuery(new Term("text", "3")))).isEqualTo(DOCUMENTS / 10);
      assertThat(searcher.count(new TermQuery(new Term("text", "7")))).isZero();
      try (CheckIndex check = new CheckIndex(directory)) {
        assertThat(check.checkIndex().clean).isTrue();
      }
    }
    assertThat(Capsa.check(folder.resolve("index.capsa"))).isEmpty();
  }

  @Test
  void a_second_writer_is_locked_out() throws IOException {
    try (FileSystem fs = open();
        Directory directory = directory(fs);
        IndexWriter writer = writer(directory)) {
      assertThat(writer.isOpen()).isTrue();
      assertThatThrownBy(() -> writer(directory)).isInstanceOf(LockObtainFailedException.class);
      try (Directory second = directory(fs)) {
        assertThatThrownBy(() -> writer(second)).isInstanceOf(LockObtainFailedException.class);
      }
    }
    try (FileSystem fs = open();
        Directory directory = directory(fs);
        IndexWriter writer = writer(directory)) {
      assertThat(writer.getDocStats().numDocs).isZero();
    }
  }
}
