//! Every figure of the demonstration's programmes opens a list of as many services.

use backend::store::StoreError;

use crate::client::Client;
use crate::house::House;

/// The links of a page to a list, each with what it asks for and the figure that it bears.
fn figures(page: &str, list: &str) -> Vec<(String, usize)> {
    let mark = format!("href=\"{list}");
    let link = |rest: &str| {
        let (asked, rest) = rest.split_once('"').expect("an address");
        let (_, rest) = rest.split_once('>').expect("a tag");
        let (words, _) = rest.split_once('<').expect("its end");
        let digits = words.chars().skip_while(|letter| !letter.is_ascii_digit());
        let digits = digits.take_while(|letter| letter.is_ascii_digit() || *letter == '.');
        let figure: String = digits.filter(char::is_ascii_digit).collect();
        (asked.replace("&amp;", "&"), figure.parse().expect("a figure"))
    };
    page.split(&mark).skip(1).map(link).collect()
}

/// The address that leads on from a page.
fn next(page: &str) -> Option<String> {
    let (before, _) = page.split_once("rel=\"next\"")?;
    let (_, rest) = before.rsplit_once("href=\"")?;
    let (address, _) = rest.split_once('"')?;
    Some(address.replace("&amp;", "&"))
}

/// How many services all pages of a list show.
fn rows(desk: &mut Client, list: &str) -> usize {
    let (mut rows, mut on) = (0, Some(list.to_owned()));
    while let Some(address) = on {
        let text = desk.get(&address).expect(200).text();
        rows += text.matches("href=\"/coordinacion/registro/animal/").count();
        on = next(&text);
    }
    rows
}

/// Opens every figure of every programme.
pub fn every_figure_opens_its_services(house: &House) {
    let mut desk = house.staff("coordinator");
    let ids = house.block_on(async |office| {
        let read = office.store.read(|tx| {
            Box::pin(async move {
                let rows = tx.programmes().await?.into_iter();
                Ok::<_, StoreError>(rows.map(|row| row.id).collect::<Vec<_>>())
            })
        });
        read.await.expect("the store")
    });
    let mut opened = 0;
    for id in ids {
        let path = format!("/coordinacion/programas/{id}");
        let page = desk.get(&path).expect(200).text();
        let list = format!("{path}/servicios");
        for (asked, figure) in figures(&page, &list) {
            assert_eq!(rows(&mut desk, &format!("{list}{asked}")), figure, "{asked}");
            opened += 1;
        }
    }
    assert!(opened > 60, "only {opened} figures");
}
