using MergeOps.Cli.Failures;
using MergeOps.Cli.Rendering;
using MergeOps.Diagnostics;
using MergeOps.Tensors;
using Xunit;

namespace MergeOps.Tests.Cli;

public sealed class FailureTests : IDisposable
{
    private readonly DirectoryInfo folder = Directory.CreateTempSubdirectory();
    private readonly HostEnvironment environment;

    public FailureTests() => environment = TestEnvironment.WithHome(folder.FullName);

    public void Dispose()
    {
        folder.Delete(recursive: true);
    }

    [Fact]
    public void Our_own_mistake_is_one_line_and_a_report_with_the_trace()
    {
        var (exitCode, error) = Report(Thrown(new InvalidOperationException("not so\nat all")));

        var report = Assert.Single(folder.EnumerateFiles("crash/*.txt"));
        Assert.Equal(70, exitCode);
        Assert.Equal(
            $"mergeops: error MOPS870: Internal error (a bug in MergeOps). InvalidOperationException: not so. Please open an issue and attach the report {report.FullName}.\n",
            error);
        Assert.Contains($"{nameof(FailureTests)}.{nameof(Thrown)}", File.ReadAllText(report.FullName), StringComparison.Ordinal);
    }

    [Fact]
    public void A_report_holds_no_secret_of_the_arguments_or_of_the_message()
    {
        var token = "hf_" + new string('k', 34);

        Report(Thrown(new InvalidOperationException($"the answer to {token}")), "publish", $"--to=hub:{token}");

        var report = File.ReadAllText(Assert.Single(folder.EnumerateFiles("crash/*.txt")).FullName);
        Assert.DoesNotContain(token, report, StringComparison.OrdinalIgnoreCase);
        Assert.Contains("the answer to ***", report, StringComparison.Ordinal);
        Assert.Contains("arguments: publish --to=hub:***", report, StringComparison.Ordinal);
    }

    [Fact]
    public void A_report_that_cannot_lie_at_home_lies_in_the_temporary_folder()
    {
        File.WriteAllText(Path.Combine(folder.FullName, "crash"), "");

        var (exitCode, error) = Report(new InvalidOperationException());

        Assert.Equal(70, exitCode);
        Assert.Contains(Path.GetTempPath(), error, StringComparison.Ordinal);
        File.Delete(error.Split("report ")[1].Split(" with")[0]);
    }

    [Fact]
    public void A_refusal_of_the_system_is_not_our_mistake()
    {
        var (exitCode, error) = Report(new AggregateException(new UnauthorizedAccessException("Access to 'x' is denied.")));

        Assert.Equal((3, "mergeops: error MOPS803: The operating system refused an operation. Access to 'x' is denied.\n"), (exitCode, error));
    }

    [Theory]
    [InlineData(FailureKind.Input, 1)]
    [InlineData(FailureKind.Environment, 3)]
    [InlineData(FailureKind.Decision, 4)]
    public void A_diagnostic_ends_with_the_code_of_who_can_repair_it(FailureKind kind, int exitCode) =>
        Assert.Equal(exitCode, Report(new MergeOpsException(new DiagnosticCode("MOPS999", "So it is", kind), "")).ExitCode);

    private static AggregateException Thrown(Exception exception)
    {
        try
        {
            throw exception;
        }
        catch (InvalidOperationException caught)
        {
            return new AggregateException(caught);
        }
    }

    private (int ExitCode, string Error) Report(Exception exception, params string[] arguments)
    {
        using var error = new StringWriter { NewLine = "\n" };
        var exitCode = Failure.Report(exception, arguments is [] ? ["merge", "x.yml"] : arguments, new Screen(TextWriter.Null, error, ScreenTraits.Redirected, environment));
        return (exitCode, error.ToString());
    }
}
