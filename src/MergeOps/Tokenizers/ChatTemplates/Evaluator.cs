using System.Runtime.CompilerServices;

namespace MergeOps.Tokenizers.ChatTemplates;

/// <summary>Computes expressions.</summary>
/// <param name="budget">What it may take.</param>
internal sealed class Evaluator(RenderBudget budget)
{
    /// <summary>The filters that call other filters or tests.</summary>
    public static IReadOnlyList<string> Filters { get; } = ["map", "select", "reject", "selectattr", "rejectattr"];

    /// <summary>The value of an expression.</summary>
    /// <exception cref="TemplateFault">It has none.</exception>
    public object? Value(Expression expression, Scope scope)
    {
        if (!RuntimeHelpers.TryEnsureSufficientExecutionStack())
        {
            throw new TemplateFault("It is nested too deeply");
        }

        try
        {
            var value = ValueOf(expression, scope);
            budget.Step(Costs(expression) ? Weight.SizeOf(value) : 0);
            return value is string text ? budget.Made(text) : value;
        }
        catch (TemplateFault fault) when (fault.Line == 0)
        {
            throw new TemplateFault(fault.Message, expression.Line);
        }
    }

    /// <summary>The value after a filter of a block.</summary>
    public object? Filtered(Expression filter, object? value, Scope scope) => filter is Expression.Filter { Target: var target } link
        ? Apply(link, target is null ? value : Filtered(target, value, scope), scope)
        : value;

    /// <summary>Calls what can be called.</summary>
    public static object? Call(object? callee, CallValues given) => callee switch
    {
        Function function => function.Call(given),
        Undefined undefined => throw new TemplateFault($"{undefined.What} is not defined and cannot be called"),
        _ => throw new TemplateFault($"{Operators.Describe(callee)} cannot be called"),
    };

    /// <summary>What a call is given.</summary>
    public CallValues Given(Arguments arguments, Scope scope, params IReadOnlyList<object?> first) => new(
        [.. first, .. arguments.Positional.Select(value => Value(value, scope))], [.. arguments.Named.Select(named => (named.Name, Value(named.Value, scope)))]);

    private object? ValueOf(Expression expression, Scope scope)
    {
        switch (expression)
        {
            case Expression.Constant constant:
                return constant.Value;
            case Expression.Name name:
                return scope.TryGet(name.Id, out var found) ? found : new Undefined($"'{name.Id}'");
            case Expression.List list:
                return new Sequence(list.IsTuple ? SequenceKind.Tuple : SequenceKind.List, [.. list.Items.Select(item => Value(item, scope))]);
            case Expression.Dictionary dictionary:
                return dictionary.Items.Aggregate(new Mapping(), (mapping, item) => mapping.Set(KeyOf(Value(item.Key, scope)), Value(item.Value, scope)));
            case Expression.Unary unary:
                return OfUnary(unary.Operator, Value(unary.Operand, scope));
            case Expression.Binary { Operator: "and" } both:
                return Value(both.Left, scope) is var left && !Operators.IsTrue(left) ? left : Value(both.Right, scope);
            case Expression.Binary { Operator: "or" } either:
                return Value(either.Left, scope) is var first && Operators.IsTrue(first) ? first : Value(either.Right, scope);
            case Expression.Binary binary:
                return Operators.Arithmetic(binary.Operator, Value(binary.Left, scope), Value(binary.Right, scope));
            case Expression.Comparison comparison:
                return Compare(comparison, scope);
            case Expression.Join join:
                return PythonText.Joined("", join.Parts.Select(part => PythonText.Of(Value(part, scope))));
            case Expression.Conditional conditional:
                return Operators.IsTrue(Value(conditional.Condition, scope)) ? Value(conditional.Then, scope)
                    : conditional.Else is { } otherwise ? Value(otherwise, scope)
                    : new Undefined("the value of a condition that does not hold");
            case Expression.Attribute attribute:
                return Value(attribute.Target, scope) is var owner && owner is string ? Members.Attribute(Spent(owner), attribute.Id) : Members.Attribute(owner, attribute.Id);
            case Expression.Item item:
                return Members.Item(Value(item.Target, scope) is var container && container is string ? Spent(container) : container, Value(item.Key, scope));
            case Expression.Slice slice:
                return Members.Slice(Walked(slice.Target, scope), Optional(slice.Start, scope), Optional(slice.Stop, scope), Optional(slice.Step, scope));
            case Expression.Call call:
                return Call(Value(call.Target, scope), Given(call.Arguments, scope));
            case Expression.Filter filter:
                return Apply(filter, filter.Target is { } target ? Walked(target, scope) : null, scope);
            case Expression.Test test:
                return TestFunctions.Known[test.Id](test.Id is "upper" or "lower" ? Walked(test.Target, scope) : Value(test.Target, scope), Given(test.Arguments, scope).Positional) != test.IsNegated;
            default:
                throw new InvalidOperationException($"An expression of the type {expression.GetType().Name} is not known.");
        }
    }

    // whether it makes a value, and does not only find one
    private static bool Costs(Expression expression) => expression is Expression.Call or Expression.Filter or Expression.Slice or Expression.Binary or Expression.List or Expression.Dictionary;

    private object? Spent(object? value)
    {
        budget.Step(Weight.SizeOf(value));
        return value;
    }

    // the value of what is gone through
    private object? Walked(Expression expression, Scope scope) => Spent(Value(expression, scope));

    private object? Optional(Expression? expression, Scope scope) => expression is null ? null : Value(expression, scope);

    private static object? KeyOf(object? key) => key is string or long or double or bool or null ? key : throw new TemplateFault($"{Operators.Describe(key)} is not a key");

    private static object? OfUnary(string sign, object? value) => (sign, value) switch
    {
        ("not", _) => !Operators.IsTrue(value),
        ("-", double number) => -number,
        ("-", _) => Operators.Arithmetic("-", 0L, value),
        _ => Operators.Arithmetic("+", 0L, value),
    };

    private bool Compare(Expression.Comparison comparison, Scope scope)
    {
        var left = Value(comparison.First, scope);
        foreach (var (sign, operand) in comparison.Rest)
        {
            var right = Value(operand, scope);
            budget.Step(sign is "in" or "not in" ? Weight.SizeOf(right) : Math.Min(Weight.Of(left).Size, Weight.Of(right).Size));
            if (!Operators.Compare(sign, left, right))
            {
                return false;
            }

            left = right;
        }

        return true;
    }

    private object? Apply(Expression.Filter filter, object? value, Scope scope)
    {
        var given = Given(filter.Arguments, scope, value);
        return filter.Id switch
        {
            "safe" => throw new TemplateFault("The filter 'safe' anywhere but at the end of an output has no exact implementation here"),
            "map" => Map(value, given),
            "select" or "reject" => Select(value, given.Positional.Skip(1), item => item, isKept: filter.Id == "select"),
            "selectattr" or "rejectattr" => given.Positional.Count > 1 && given.Named.Count == 0
                ? Select(value, given.Positional.Skip(2), item => FilterFunctions.Path(item, given.Positional[1]), isKept: filter.Id == "selectattr")
                : throw new TemplateFault($"The filter '{filter.Id}' is given no attribute"),
            _ => FilterFunctions.Known[filter.Id](given),
        };
    }

    private static Sequence Map(object? value, CallValues given)
    {
        if (given.Positional.Count == 1)
        {
            var (attribute, whereAbsent) = given.Bind("map", "value", "attribute", "default") is [_, var path, var usual] ? (path, usual) : default;
            if (attribute == CallValues.Missing)
            {
                throw new TemplateFault("The filter 'map' is given neither an attribute nor a filter");
            }

            return Sequence.Iterator(FilterFunctions.Items(value).Select(item =>
                FilterFunctions.Path(item, attribute) is var found && found is Undefined && whereAbsent != CallValues.Missing ? whereAbsent : found));
        }

        return given.Positional[1] is string name && FilterFunctions.Known.TryGetValue(name, out var filter)
            ? Sequence.Iterator(FilterFunctions.Items(value).Select(item => filter(new([item, .. given.Positional.Skip(2)], given.Named))))
            : throw new TemplateFault($"The filter {PythonText.Representation(given.Positional[1])} in 'map' has no exact implementation here");
    }

    private static Sequence Select(object? value, IEnumerable<object?> given, Func<object?, object?> of, bool isKept)
    {
        object?[] rest = [.. given];
        if (rest.Length == 0)
        {
            return Sequence.Iterator(FilterFunctions.Items(value).Where(item => Operators.IsTrue(of(item)) == isKept));
        }

        return rest[0] is string name && TestFunctions.Known.TryGetValue(name, out var test)
            ? Sequence.Iterator(FilterFunctions.Items(value).Where(item => test(of(item), rest[1..]) == isKept))
            : throw new TemplateFault($"The test {PythonText.Representation(rest[0])} in a filter has no exact implementation here");
    }
}
