using System.Collections.Immutable;
using Mono.Cecil;
using MergeOps.Cli;
using MergeOps.Diagnostics;
using MergeOps.Tensors;
using Xunit;

namespace MergeOps.Tests.House;

/// <summary>Variables, folders, the time and the console are values that are made at the edge; read from the compiled code, lambdas and iterators included.</summary>
public sealed class EnvironmentTests
{
    private static readonly ImmutableArray<string> Asked =
    [
        "System.Environment::GetEnvironmentVariable", "System.Environment::GetEnvironmentVariables", "System.Environment::ExpandEnvironmentVariables",
        "System.Environment::SetEnvironmentVariable", "System.Environment::GetFolderPath", "System.Environment::set_CurrentDirectory",
        "System.Environment::get_UserName", "System.IO.Directory::SetCurrentDirectory", "System.IO.Path::GetTempPath", "System.IO.Path::GetTempFileName",
        "System.DateTime::get_Now", "System.DateTime::get_UtcNow", "System.DateTime::get_Today", "System.DateTimeOffset::get_Now",
        "System.DateTimeOffset::get_UtcNow", "System.TimeProvider::get_System", "System.Console::",
    ];

    /// <summary>Who may ask the process, and why.</summary>
    private static readonly ImmutableDictionary<string, string> May = ImmutableDictionary.CreateRange(
    [
        KeyValuePair.Create("MergeOps.Tensors.HostEnvironment", "makes the value"),
        KeyValuePair.Create("MergeOps.Cli.Rendering.Screen", "opens the console's streams for the command line"),
        KeyValuePair.Create("MergeOps.Cli.Rendering.AnsiScreen", "asks the console what it can show"),
        KeyValuePair.Create("MergeOps.Runtime.NativeEnvironment", "sets what libtorch reads while it loads"),
    ]);

    [Fact]
    public void Nobody_but_the_environment_itself_asks_the_process_for_it()
    {
        var calls = CallsIn(typeof(MergeOpsException)).Concat(CallsIn(typeof(Application))).ToList();

        Assert.Contains(calls, call => call.Caller == typeof(HostEnvironment).FullName && call.Member == "System.Environment::GetEnvironmentVariables");
        Assert.All(
            calls.Where(call => Asked.Any(asked => asked.EndsWith("::", StringComparison.Ordinal) ? call.Member.StartsWith(asked, StringComparison.Ordinal) : call.Member == asked)),
            call => Assert.True(May.ContainsKey(call.Caller), $"{call.Caller} uses {call.Member}"));
    }

    [Fact]
    public void A_method_that_is_handed_on_counts_as_one_that_is_called() =>
        Assert.Contains(CallsIn(typeof(EnvironmentTests)), call => call is { Caller: "MergeOps.Tests.House.EnvironmentTests", Member: "System.Environment::GetEnvironmentVariable" });

    /// <summary>The sample of a method that is handed on.</summary>
    internal static Func<string, string?> HandedOn => Environment.GetEnvironmentVariable;

    private static IEnumerable<(string Caller, string Member)> CallsIn(Type anyOf)
    {
        using var module = ModuleDefinition.ReadModule(anyOf.Assembly.Location);
        return
        [
            .. from type in module.GetTypes()
               from method in type.Methods
               where method.HasBody
               from instruction in method.Body.Instructions
               let member = instruction.Operand as MethodReference
               where member is not null
               select (OutermostOf(type), $"{member.DeclaringType.FullName}::{member.Name}"),
        ];
    }

    // the compiler puts lambdas and iterators into types of their own
    private static string OutermostOf(TypeDefinition type) => type.DeclaringType is { } outer ? OutermostOf(outer) : type.FullName;
}
