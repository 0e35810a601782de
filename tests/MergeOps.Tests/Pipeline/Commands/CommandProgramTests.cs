using MergeOps.Pipeline.Commands;
using Xunit;

namespace MergeOps.Tests.Pipeline.Commands;

public sealed class CommandProgramTests : IDisposable
{
    private readonly TemporaryFolder folder = new();

    public CommandProgramTests()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "Files are executable by their names there.");
        Program("first/tool", isExecutable: false);
        Program("second/tool");
        Program("checkout/bin/tool");
        Program("checkout/tool");
    }

    public void Dispose() => folder.Dispose();

    [Fact]
    public void A_name_is_the_first_executable_of_PATH_as_for_a_shell() =>
        Assert.Equal((folder["second/tool"], null), Find("tool", PathOf("first", "second")));

    [Fact]
    public void A_name_never_comes_from_the_folder_of_the_command_nor_from_a_relative_folder_of_PATH() =>
        Assert.Equal((null, "There is no program 'tool' in PATH."), Find("tool", ".:bin:"));

    [Fact]
    public void A_name_whose_only_file_is_not_executable_is_told_with_that_file() =>
        Assert.Equal(
            (null, $"The file '{folder["first/tool"]}' is not executable. Make it so with `chmod +x`, or name the program that runs it, such as sh."), Find("tool", PathOf("first")));

    [Theory]
    [InlineData("bin/tool")]
    [InlineData("./bin/tool")]
    [InlineData("bin/../bin/tool")]
    public void A_relative_path_starts_where_the_command_runs(string path) =>
        Assert.Equal((folder["checkout/bin/tool"], null), Find(path, PathOf("second")));

    [Theory]
    [InlineData("bin/none", "bin/none")]
    [InlineData("./bin", "bin")]
    public void A_path_to_no_file_is_told_as_it_was_looked_for(string path, string file) =>
        Assert.Equal((null, $"There is no program '{folder[$"checkout/{file}"]}'."), Find(path, PathOf("second")));

    private (string? File, string? Objection) Find(string program, string path) =>
        CommandProgram.Find(TestEnvironment.Of(("PATH", path)), program, folder["checkout"]);

    private string PathOf(params string[] folders) => string.Join(Path.PathSeparator, folders.Select(name => folder[name]));

    private void Program(string name, bool isExecutable = true)
    {
        folder.Write(name, "#!/bin/sh\n"u8);
        if (isExecutable && !OperatingSystem.IsWindows())
        {
            File.SetUnixFileMode(folder[name], UnixFileMode.UserRead | UnixFileMode.UserExecute);
        }
    }
}
