using System.Collections.Immutable;
using System.Diagnostics;
using MergeOps.Merging;
using MergeOps.Runtime;
using MergeOps.Tests.Cli;
using MergeOps.Tests.HuggingFace;
using Mono.Cecil;
using Xunit;

namespace MergeOps.Tests.House;

public sealed class CollectionsTests
{
    private static readonly ImmutableArray<string> OfTheWholeProcess =
    [
        typeof(Process).FullName!, typeof(ProcessStartInfo).FullName!, typeof(ChildProcess).FullName!, typeof(CommandLineRun).FullName!,
        typeof(HubUser).FullName!, typeof(TorchRuntime).FullName!, typeof(MergeEngine).FullName!,
    ];

    [Fact]
    public void Tests_that_run_beside_others_start_no_program_and_load_no_libtorch()
    {
        using var module = ModuleDefinition.ReadModule(typeof(CollectionsTests).Assembly.Location);
        var classes = typeof(CollectionsTests).Assembly.GetTypes()
            .Where(type => type.GetMethods().Any(method => method.IsDefined(typeof(FactAttribute), inherit: true)) && Collections.RunsBesideOthers(type))
            .ToList();

        Assert.Contains(typeof(Recipes.RecipeReaderTests), classes);
        Assert.DoesNotContain(typeof(RunTests), classes);
        Assert.All(classes.Where(type => type != typeof(CollectionsTests)), type =>
        {
            var used = UsedBy(module.GetType(type.FullName!.Replace('+', '/'))).FirstOrDefault(used => OfTheWholeProcess.Contains(used));
            Assert.True(used is null, $"{type.FullName} uses {used}: let it run alone by [RunsAlone(\"why\")]");
        });
    }

    private static IEnumerable<string> UsedBy(TypeDefinition type) => type.NestedTypes.SelectMany(UsedBy).Concat(
        from method in type.Methods
        where method.HasBody
        from instruction in method.Body.Instructions
        let used = instruction.Operand switch
        {
            MethodReference member => member.DeclaringType.FullName,
            FieldReference field => field.DeclaringType.FullName,
            TypeReference named => named.FullName,
            _ => null,
        }
        where used is not null
        select used);
}
