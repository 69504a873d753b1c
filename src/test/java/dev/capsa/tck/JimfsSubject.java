package dev.capsa.tck;

import com.google.common.jimfs.Configuration;
import com.google.common.jimfs.Jimfs;
import java.io.IOException;
import java.nio.file.FileSystem;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;

/** Jimfs, and where it does not do what the default file system does. */
final class JimfsSubject implements Subject {
  private static final Map<String, String> DEVIATIONS =
      Map.ofEntries(
          Map.entry(
              "AttributeContract.a_file_store_tells_its_space",
              "its file store has no attributes by name"),
          Map.entry(
              "AttributeContract.all_basic_attributes_are_read_by_a_star",
              "a star goes with no other name"),
          Map.entry("AttributeContract.null_is_refused", "a type that is null is not supported"),
          Map.entry(
              "AttributeContract.times_are_set_by_name",
              "a value of the wrong type is an IllegalArgumentException"),
          Map.entry(
              "AttributeContract.unknown_views_and_attributes_are_told_apart",
              "an unknown attribute to set is not supported"),
          Map.entry(
              "ChannelContract.a_channel_does_what_it_was_opened_for",
              "mapping is not supported, on whatever channel"),
          Map.entry(
              "ChannelContract.a_read_only_buffer_cannot_be_read_into",
              "a read-only buffer is a ReadOnlyBufferException"),
          Map.entry(
              "ChannelContract.an_empty_write_past_the_end_does_not_grow_the_file",
              "an empty write grows the file"),
          Map.entry(
              "ChannelContract.closed_is_told_before_anything_else",
              "arguments are looked at first"),
          Map.entry(
              "ChannelContract.mapping_to_write_needs_a_writable_channel",
              "mapping is not supported, on whatever channel"),
          Map.entry(
              "ChannelContract.negative_positions_are_refused",
              "mapping is not supported, whatever the position"),
          Map.entry(
              "ChannelContract.null_is_refused", "mapping is not supported, in whatever mode"),
          Map.entry(
              "CopyContract.a_file_is_no_parent", "a file as parent is told as a missing file"),
          Map.entry(
              "CopyContract.options_that_copies_do_not_have_are_not_supported",
              "unknown options are ignored"),
          Map.entry(
              "ConvenienceContract.a_file_may_be_executed_as_its_permissions_say",
              "access is not checked: everything may be executed"),
          Map.entry("DeleteContract.null_is_refused", "null is a path of another provider"),
          Map.entry(
              "DirectoryContract.a_closed_stream_gives_no_iterator",
              "the exception is a subclass, ClosedDirectoryStreamException"),
          Map.entry(
              "DirectoryContract.a_running_iterator_ends_when_the_stream_is_closed",
              "the iterator throws ClosedDirectoryStreamException"),
          Map.entry(
              "DirectoryContract.the_parent_must_be_a_directory",
              "a file as parent is told as a missing file"),
          Map.entry(
              "LifecycleContract.directory_streams_close_with_the_file_system",
              "the iterator throws ClosedDirectoryStreamException"),
          Map.entry(
              "LifecycleContract.files_of_a_closed_file_system_are_out_of_reach",
              "some questions are answered after closing"),
          Map.entry(
              "SecureDirectoryContract.files_are_made_where_the_directory_is_now",
              "attributes for a new file are dropped"),
          Map.entry(
              "SecureDirectoryContract.null_is_refused", "null is a path of another provider"),
          Map.entry(
              "LinkContract.CREATE_makes_the_target_of_a_dangling_link",
              "a dangling link cannot be opened to create its target"),
          Map.entry(
              "LinkContract.NOFOLLOW_LINKS_does_not_open_a_link",
              "a dangling link is opened, or a link's name deleted"),
          Map.entry(
              "LinkContract.a_loop_of_links_is_an_error",
              "a loop is an IOException without a path"),
          Map.entry(
              "LinkContract.a_real_path_keeps_links_when_told_to",
              "links on the way are resolved all the same"),
          Map.entry(
              "LinkContract.different_paths_are_looked_up",
              "a missing file is the same as no other, without an exception"),
          Map.entry(
              "LinkContract.links_are_followed_where_nobody_says_otherwise",
              "a link has the size 0"),
          Map.entry("LinkContract.what_is_no_link_is_told", "null is a path of another provider"),
          Map.entry(
              "MoveContract.a_directory_does_not_move_into_itself",
              "it is an IOException without a path"),
          Map.entry(
              "MoveContract.a_file_is_no_parent", "a file as parent is told as a missing file"),
          Map.entry(
              "MoveContract.options_that_moves_do_not_have_are_not_supported",
              "COPY_ATTRIBUTES and unknown options are ignored"),
          Map.entry(
              "OpenContract.APPEND_goes_neither_with_READ_nor_with_TRUNCATE_EXISTING",
              "it is an UnsupportedOperationException"),
          Map.entry("OpenContract.DELETE_ON_CLOSE_deletes_at_closing", "the option is ignored"),
          Map.entry(
              "OpenContract.a_name_of_255_bytes_is_possible_and_not_one_more",
              "names may be longer"),
          Map.entry(
              "OpenContract.an_output_stream_cannot_read",
              "it is an UnsupportedOperationException"),
          Map.entry(
              "OpenContract.unknown_options_are_not_supported", "unknown options are ignored"));

  @Override
  public Place open() throws IOException {
    FileSystem jimfs =
        Jimfs.newFileSystem(
            Configuration.unix().toBuilder()
                .setAttributeViews("basic", "owner", "posix", "unix")
                .setWorkingDirectory("/work")
                .build());
    Path directory = Files.createDirectory(jimfs.getPath("/place"));
    return new Place() {
      @Override
      public Path directory() {
        return directory;
      }

      @Override
      public void close() throws IOException {
        jimfs.close();
      }
    };
  }

  /** Jimfs does on every release what the Javadoc of {@code transferFrom} asked before 21. */
  @Override
  public Map<String, String> knownDeviations() {
    if (Runtime.version().feature() < 21) {
      return DEVIATIONS;
    }
    Map<String, String> deviations = new HashMap<>(DEVIATIONS);
    deviations.put(
        "ChannelContract.transferFrom_past_the_end_does_as_the_release_says",
        "a position past the end does not grow the file");
    return deviations;
  }
}
