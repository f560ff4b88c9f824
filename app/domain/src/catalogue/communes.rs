//! Names of communes, by their code in the Código Único Territorial.

/// The communes of the region of Antofagasta, in the order of their codes.
pub(crate) const NAMES: [(u16, &str); 9] = [
    (2101, "Antofagasta"),
    (2102, "Mejillones"),
    (2103, "Sierra Gorda"),
    (2104, "Taltal"),
    (2201, "Calama"),
    (2202, "Ollagüe"),
    (2203, "San Pedro de Atacama"),
    (2301, "Tocopilla"),
    (2302, "María Elena"),
];
