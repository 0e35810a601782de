using Mono.Cecil;

namespace MergeOps.Tests.House;

/// <summary>What the compiled code of an assembly calls or hands on, lambdas and iterators included.</summary>
internal static class CompiledCalls
{
    /// <summary>Each call of an assembly.</summary>
    /// <param name="anyOf">A type of the assembly.</param>
    /// <returns>The full name of the type as it stands in the source, and the member such as <c>System.Console::WriteLine</c>.</returns>
    public static IEnumerable<(string Caller, string Member)> In(Type anyOf)
    {
        using var module = ModuleDefinition.ReadModule(anyOf.Assembly.Location);
        return [.. Of(module).Select(call => (OutermostOf(call.Caller.DeclaringType), $"{call.Called.DeclaringType.FullName}::{call.Called.Name}"))];
    }

    /// <summary>Each call of a module, while it is open.</summary>
    public static IEnumerable<(MethodDefinition Caller, MethodReference Called)> Of(ModuleDefinition module) =>
        from type in module.GetTypes()
        from method in type.Methods
        where method.HasBody
        from instruction in method.Body.Instructions
        let called = instruction.Operand as MethodReference
        where called is not null
        select (method, called);

    // the compiler puts lambdas and iterators into types of their own
    private static string OutermostOf(TypeDefinition type) => type.DeclaringType is { } outer ? OutermostOf(outer) : type.FullName;
}
