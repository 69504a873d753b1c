package dev.capsa.tck;

import com.google.common.jimfs.Configuration;
import com.google.common.jimfs.Jimfs;
import com.google.common.jimfs.WatchServiceConfiguration;
import java.io.IOException;
import java.nio.file.FileSystem;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;

/** Jimfs, and where it does not do what the default file system does. */
final class JimfsSubject implements Subject {
  @Override
  public String name() {
    return "Jimfs";
  }

  @Override
  public Set<Capability> capabilities() {
    return Capabilities.allBut(
        Capability.DOS,
        Capability.MAPS,
        Capability.WATCHING,
        Capability.READ_ONLY,
        Capability.ADDRESSES);
  }

  @Override
  public Place open() throws IOException {
    return new InJimfs();
  }

  private static final class InJimfs implements Place {
    private final List<FileSystem> opened = new ArrayList<>();
    private final Path directory = directoryOfAnotherInstance();

    InJimfs() throws IOException {}

    @Override
    public Path directory() {
      return directory;
    }

    @Override
    public Path directoryOfAnotherInstance() throws IOException {
      FileSystem fs =
          Jimfs.newFileSystem(
              Configuration.unix().toBuilder()
                  .setAttributeViews("basic", "owner", "posix", "unix", "user")
                  .setWorkingDirectory("/work")
                  .setWatchServiceConfiguration(
                      WatchServiceConfiguration.polling(2, TimeUnit.MILLISECONDS))
                  .build());
      opened.add(fs);
      return Files.createDirectory(fs.getPath("/place"));
    }

    @Override
    public void close() throws IOException {
      for (FileSystem fs : opened) {
        fs.close();
      }
    }
  }

  @Override
  public Map<String, String> unsteady() {
    return new Deviations()
        .because("a thread fails", "LockContract.one_thread_at_a_time_has_a_lock")
        .because(
            "the new file is seen while it is empty",
            "ReplacementContract.a_replaced_file_is_never_missing",
            "ReplacementContract.readers_see_the_old_file_or_the_new_one")
        .asMap();
  }

  /** Jimfs does on every release what the Javadoc of {@code transferFrom} asked before 21. */
  @Override
  public Map<String, String> knownDeviations() {
    Deviations deviations =
        new Deviations()
            .because(
                "a copy has the permissions of any new file",
                "PosixContract.a_copy_may_be_used_as_its_source")
            .because(
                "a failure midway is thrown, and what was transferred is not told",
                "ChannelContract.transfers_that_fail_midway_tell_what_was_transferred")
            .because(
                "a link may lead to the empty path",
                "LinkContract.a_link_to_the_empty_path_is_refused")
            .because(
                "a hard link to a symbolic link leads to its target",
                "LinkContract.a_hard_link_to_a_symbolic_link_is_another_name_of_the_link")
            .because(
                "access is not checked: everything may be executed",
                "ConvenienceContract.a_file_may_be_executed_as_its_permissions_say")
            .because(
                "\".\" instead of \"\"",
                "PathContract.normalize_takes_dots_out(., )",
                "PathContract.normalize_takes_dots_out(./, )")
            .because(
                "\"../../../c\" instead of \"../c\"",
                "PathContract.relativize_leads_from_the_one_to_the_other(/a/x/../b, /a/c, ../c)")
            .because(
                "\"../../b/c\" instead of \"c\"",
                "PathContract.relativize_leads_from_the_one_to_the_other(/a/./b, /a/b/c, c)")
            .because("489 instead of 33257", "PosixContract.the_mode_tells_kind_and_permissions")
            .because(
                "COPY_ATTRIBUTES and unknown options are ignored",
                "MoveContract.options_that_moves_do_not_have_are_not_supported")
            .because("FileSystemException is thrown", "ChannelContract.force_works_on_a_directory")
            .because(
                "IllegalArgumentException instead of ClassCastException",
                "AttributeContract.a_time_is_a_FileTime(basic:lastModifiedTime)",
                "AttributeContract.a_time_is_a_FileTime(creationTime)",
                "AttributeContract.a_time_is_a_FileTime(lastAccessTime)",
                "AttributeContract.a_time_is_a_FileTime(lastModifiedTime)",
                "PosixContract.permissions_are_set_by_name",
                "UserAttributeContract.attributes_are_read_and_set_by_name")
            .because(
                "IllegalArgumentException instead of FileSystemException",
                "InstancesContract.a_file_has_no_name_in_the_other",
                "UserAttributeContract.what_is_missing_is_told")
            .because(
                "IllegalArgumentException instead of NullPointerException",
                "UserAttributeContract.null_is_refused")
            .because(
                "IllegalArgumentException instead of UnsupportedOperationException",
                "AttributeContract.an_unknown_view_is_not_supported(unknown:*)")
            .because(
                "NoSuchFileException instead of IllegalArgumentException",
                "OpenContract.a_byte_channel_opens(APPEND+TRUNCATE_EXISTING, missing, IllegalArgument)",
                "OpenContract.a_file_channel_opens(APPEND+TRUNCATE_EXISTING, missing, IllegalArgument)")
            .because("PatternSyntaxException is thrown", "MatcherContract.brackets([[], [, true)")
            .because(
                "ProviderMismatchException instead of IllegalArgumentException",
                "InstancesContract.no_path_leads_from_one_to_the_other")
            .because(
                "ProviderMismatchException instead of NullPointerException",
                "ProviderContract.null_is_no_path(CHECK_ACCESS)",
                "ProviderContract.null_is_no_path(COPY)",
                "ProviderContract.null_is_no_path(COPY_REPLACING)",
                "ProviderContract.null_is_no_path(CREATE_DIRECTORY)",
                "ProviderContract.null_is_no_path(CREATE_FILE)",
                "ProviderContract.null_is_no_path(DELETE)",
                "ProviderContract.null_is_no_path(DELETE_IF_EXISTS)",
                "ProviderContract.null_is_no_path(FILE_STORE)",
                "ProviderContract.null_is_no_path(INPUT_STREAM)",
                "ProviderContract.null_is_no_path(LIST)",
                "ProviderContract.null_is_no_path(MOVE)",
                "ProviderContract.null_is_no_path(MOVE_REPLACING)",
                "ProviderContract.null_is_no_path(NEW_OUTPUT_STREAM)",
                "ProviderContract.null_is_no_path(OPEN_OR_CREATE)",
                "ProviderContract.null_is_no_path(OPEN_TO_APPEND)",
                "ProviderContract.null_is_no_path(OPEN_TO_READ)",
                "ProviderContract.null_is_no_path(OPEN_TO_WRITE)",
                "ProviderContract.null_is_no_path(OUTPUT_STREAM)",
                "ProviderContract.null_is_no_path(READ_ATTRIBUTES)",
                "ProviderContract.null_is_no_path(READ_ATTRIBUTES_BY_NAME)",
                "ProviderContract.null_is_no_path(SET_TIME)",
                "ProviderContract.null_is_no_path(TRUNCATE)")
            .because(
                "ProviderMismatchException instead of UnsupportedOperationException",
                "ProviderContract.a_directory_is_left_to_others",
                "ProviderContract.a_file_of_others_is_left_to_them()",
                "ProviderContract.a_file_of_others_is_left_to_them(PK)",
                "ProviderContract.a_file_of_others_is_left_to_them(a)",
                "ProviderContract.a_file_of_others_is_left_to_them(some text, which is in no format)")
            .because(
                "UnsupportedOperationException instead of IllegalArgumentException",
                "PosixContract.a_view_has_no_attributes_of_others(basic:permissions)",
                "PosixContract.a_view_has_no_attributes_of_others(basic:owner)",
                "PosixContract.a_view_has_no_attributes_of_others(owner:group)",
                "PosixContract.a_view_has_no_attributes_of_others(owner:permissions)",
                "PosixContract.a_view_has_no_attributes_of_others(posix:mode)",
                "PosixContract.the_view_owner_has_no_times(lastModifiedTime)",
                "PosixContract.the_view_owner_has_no_times(lastAccessTime)",
                "PosixContract.the_view_owner_has_no_times(creationTime)",
                "OpenContract.a_byte_channel_opens(APPEND+READ+CREATE, missing, IllegalArgument)",
                "OpenContract.a_byte_channel_opens(APPEND+READ, file, IllegalArgument)",
                "OpenContract.a_byte_channel_opens(APPEND+READ, missing, IllegalArgument)",
                "OpenContract.a_file_channel_opens(APPEND+READ+CREATE, missing, IllegalArgument)",
                "OpenContract.a_file_channel_opens(APPEND+READ, file, IllegalArgument)",
                "OpenContract.a_file_channel_opens(APPEND+READ, missing, IllegalArgument)",
                "ProviderContract.a_uri_of_another_scheme_is_refused(http://host/a)",
                "ProviderContract.a_uri_of_another_scheme_is_refused(mailto:a@b)",
                "ProviderContract.a_uri_of_another_scheme_is_refused(other:///a)",
                "ProviderContract.a_uri_of_another_scheme_is_refused(other:/a)",
                "ProviderContract.a_uri_of_another_scheme_is_refused(other:a)")
            .because(
                "UnsupportedOperationException instead of NullPointerException",
                "AttributeContract.a_file_store_tells_the_size_of_its_blocks_or_not",
                "ProviderContract.null_is_no_uri")
            .because(
                "a dangling link cannot be opened to create its target",
                "LinkContract.CREATE_makes_the_target_of_a_dangling_link")
            .because(
                "a dangling link is opened, or a link's name deleted",
                "LinkContract.NOFOLLOW_LINKS_does_not_open_a_link")
            .because(
                "a file as parent is told as a missing file",
                "CopyContract.a_file_is_no_parent",
                "DirectoryContract.the_parent_must_be_a_directory",
                "MoveContract.a_file_is_no_parent")
            .because(
                "a link has the size 0",
                "LinkContract.links_are_followed_where_nobody_says_otherwise")
            .because(
                "a loop is an IOException without a path",
                "LinkContract.a_loop_of_links_is_an_error")
            .because(
                "a missing file is the same as no other, without an exception",
                "LinkContract.different_paths_are_looked_up")
            .because(
                "a read-only buffer is a ReadOnlyBufferException",
                "ChannelContract.a_buffer_that_will_not_do_is_refused_before_others_are_touched",
                "ChannelContract.a_read_only_buffer_cannot_be_read_into")
            .because(
                "a star goes with no other name",
                "AttributeContract.all_basic_attributes_are_read_by_a_star")
            .because("a type that is null is not supported", "AttributeContract.null_is_refused")
            .because(
                "a value of the wrong type is an IllegalArgumentException",
                "AttributeContract.times_are_set_by_name")
            .because(
                "an empty write grows the file",
                "ChannelContract.an_empty_write_past_the_end_does_not_grow_the_file")
            .because(
                "an unknown attribute to set is not supported",
                "AttributeContract.unknown_views_and_attributes_are_told_apart")
            .because(
                "arguments are looked at first",
                "ChannelContract.closed_is_told_before_anything_else")
            .because(
                "attributes for a new file are dropped",
                "SecureDirectoryContract.files_are_made_where_the_directory_is_now")
            .because("false instead of true", "MatcherContract.brackets([&&a], &, true)")
            .because("it hangs", "PosixContract.the_time_of_change_follows_attributes")
            .because(
                "it is an IOException without a path",
                "MoveContract.a_directory_does_not_move_into_itself")
            .because(
                "it is an UnsupportedOperationException",
                "OpenContract.APPEND_goes_neither_with_READ_nor_with_TRUNCATE_EXISTING",
                "OpenContract.an_output_stream_cannot_read")
            .because(
                "its file store has no attributes by name",
                "AttributeContract.a_file_store_tells_its_space")
            .because(
                "links on the way are resolved all the same",
                "LinkContract.a_real_path_keeps_links_when_told_to")
            .because(
                "mapping is not supported, in whatever mode", "ChannelContract.null_is_refused")
            .because(
                "mapping is not supported, on whatever channel",
                "ChannelContract.a_channel_does_what_it_was_opened_for",
                "ChannelContract.mapping_to_write_needs_a_writable_channel")
            .because(
                "mapping is not supported, whatever the position",
                "ChannelContract.negative_positions_are_refused")
            .because(
                "names may be longer",
                "OpenContract.a_name_of_255_bytes_is_possible_and_not_one_more")
            .because(
                "null is a path of another provider",
                "DeleteContract.null_is_refused",
                "LinkContract.what_is_no_link_is_told",
                "SecureDirectoryContract.null_is_refused")
            .because(
                "some questions are answered after closing",
                "LifecycleContract.files_of_a_closed_file_system_are_out_of_reach")
            .because(
                "the exception is a subclass, ClosedDirectoryStreamException",
                "DirectoryContract.a_closed_stream_gives_no_iterator")
            .because(
                "the iterator throws ClosedDirectoryStreamException",
                "DirectoryContract.a_running_iterator_ends_when_the_stream_is_closed",
                "LifecycleContract.directory_streams_close_with_the_file_system")
            .because("the option is ignored", "OpenContract.DELETE_ON_CLOSE_deletes_at_closing")
            .because(
                "the outcome is another one",
                "LockContract.closing_the_channel_ends_its_locks",
                "MatcherContract.a_character_that_means_something_elsewhere_is_itself(|)",
                "UserAttributeContract.a_buffer_must_have_room_and_be_writable",
                "UserAttributeContract.a_value_has_its_length(1)",
                "UserAttributeContract.a_value_has_its_length(1000)",
                "UserAttributeContract.a_value_has_its_length(15)",
                "UserAttributeContract.a_value_has_its_length(16)",
                "UserAttributeContract.a_value_has_its_length(2)",
                "UserAttributeContract.a_value_has_its_length(2000)",
                "UserAttributeContract.a_value_has_its_length(255)",
                "UserAttributeContract.a_value_has_its_length(256)")
            .because(
                "true instead of false",
                "MatcherContract.brackets([^a], b, false)",
                "MatcherContract.what_is_ordinary_and_what_is_escaped(a|b, a, false)")
            .because(
                "unknown options are ignored",
                "CopyContract.options_that_copies_do_not_have_are_not_supported",
                "OpenContract.unknown_options_are_not_supported")
            .because(
                "what must be refused is done, or null is returned",
                "LockContract.closing_a_channel_leaves_the_locks_of_others",
                "AsynchronousContract.files_are_opened_as_by_other_channels",
                "AsynchronousContract.locks_overlap_with_those_of_other_channels",
                "AttributeContract.a_missing_file_has_no_store",
                "LifecycleContract.a_closed_file_system_refuses_every(FILE_STORE)",
                "LockContract.a_lock_stays_with_the_file_that_moves",
                "LockContract.a_released_lock_is_not_valid",
                "LockContract.locks_of_a_process_do_not_overlap",
                "LockContract.shared_locks_of_a_process_do_not_overlap_either",
                "MatcherContract.a_wrong_pattern_is_told(glob:[a/b])",
                "OpenContract.a_byte_channel_opens(APPEND+CREATE+TRUNCATE_EXISTING, missing, IllegalArgument)",
                "OpenContract.a_byte_channel_opens(APPEND+TRUNCATE_EXISTING, file, IllegalArgument)",
                "OpenContract.a_byte_channel_opens(APPEND+WRITE+TRUNCATE_EXISTING, file, IllegalArgument)",
                "OpenContract.a_file_channel_opens(APPEND+CREATE+TRUNCATE_EXISTING, missing, IllegalArgument)",
                "OpenContract.a_file_channel_opens(APPEND+TRUNCATE_EXISTING, file, IllegalArgument)",
                "OpenContract.a_file_channel_opens(APPEND+WRITE+TRUNCATE_EXISTING, file, IllegalArgument)",
                "PathContract.relativize_does_not_know_what_a_leading_dot_dot_hides",
                "PosixContract.users_are_looked_up_by_name",
                "PosixContract.users_of_others_are_refused",
                "UserAttributeContract.a_name_that_is_too_long_is_refused",
                "UserAttributeContract.a_value_that_is_too_long_is_refused");
    if (Runtime.version().feature() >= 20) {
      deviations.because(
          "a lock of size 0 stays so",
          "LockContract.a_lock_without_a_size_goes_on_from_its_position");
    }
    if (Runtime.version().feature() >= 21) {
      deviations.because(
          "a position past the end does not grow the file",
          "ChannelContract.transferFrom_past_the_end_does_as_the_release_says");
    }
    return deviations.asMap();
  }
}
